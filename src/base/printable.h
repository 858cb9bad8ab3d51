/*
 * printable.h
 *   Names of other people's in messages.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

extern char *Printable(const char *name);

#endif							/* PRINTABLE_H */

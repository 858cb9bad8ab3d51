say started

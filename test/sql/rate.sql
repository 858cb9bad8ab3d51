SELECT csp.rate_per(327, 94000, 1000);

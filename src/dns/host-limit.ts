/** Cannot be raised, and counts the values of all conditions of a rule (ELB user guide, quotas). */
export const valuesPerRule = 5;

/** Beside AWS's own host of the service. */
export const customHostLimit = valuesPerRule - 1;

/** So long after its time an authorization should have been picked up. */
export const lateSeconds = 5;

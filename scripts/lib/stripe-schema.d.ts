/** Writes the schema of requests if it is not of the installed package. Returns its path. */
export function writeStripeSchema(root?: string): string;
/** The same with what comes back. */
export function writeStripeAnswers(root?: string): string;

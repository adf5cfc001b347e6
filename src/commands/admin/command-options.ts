/** The options given to a command, by name. */
export type CommandOptions = Readonly<Record<string, string | undefined>>;

/** What a command was told, by the name of the option. */
export type CommandOptions = Readonly<Record<string, string | undefined>>;

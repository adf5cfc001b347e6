import client = require('./index.js');

export type Options = client.Options;
export type Client = client.Client;
export type Account = client.Account;
export type Customer = client.Customer;
export type Card = client.Card;
export type Charge = client.Charge;
export declare const ghost: (options: Options) => Client;
export declare const GhostError: typeof client.GhostError;
export default ghost;

import type { Stripe } from 'stripe';
import type { Clearable } from './param-rules.js';

/** The literals of a type; never for `string` itself and for the SDK's "or any other string" in an open enum. */
type Literal<T> = T extends string ? (string extends T ? never : T) : never;

/** The literals where there are some, otherwise any text. */
type Text<T> = [T] extends [never] ? never : [Literal<T>] extends [never] ? string : Literal<T>;

type Structure<T> = T extends readonly (infer Item)[]
  ? Read<Item>[]
  : T extends Stripe.Decimal
    ? string
    : T extends object
      ? string extends keyof T
        ? Record<string, string | null>
        : { [Name in keyof T]: Member<Name, T[Name]> }
      : never;

/** Text that can be unset, unless it is required. */
type Member<Name, T> = Name extends Clearable ? (undefined extends T ? Read<T> | null : Read<T>) : Read<T>;

/**
 * Parameters of the SDK as an operation gets them, decoded from the form: what may be unset (`Emptyable`, and the text fields
 * of `Clearable`) is null where `''` was sent; enums have only their literals; maps such as metadata hold text or null.
 */
export type Read<T> =
  | Extract<T, boolean | null | number | undefined>
  | Text<Exclude<Extract<T, string>, ''>>
  | Structure<Exclude<T, boolean | null | number | string | undefined>>;

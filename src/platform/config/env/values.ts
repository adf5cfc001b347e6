import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { parseDuration } from '../../common/duration.js';

/** Rule for a value that is written as a whole number. */
export const Whole = () =>
  Transform(({ value }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : (value as unknown),
  );

/** `true` or `false`. */
export const Flag = () =>
  Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)));

/** Parts between commas. */
export const List = () =>
  Transform(({ value }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : (value as unknown),
  );

/** Milliseconds, written as `30s`. */
export const Duration = () => (target: object, key: string) => {
  Transform(({ value }) => (typeof value === 'string' ? (parseDuration(value) ?? value) : (value as unknown)))(
    target,
    key,
  );
  ValidateBy({
    name: 'isDuration',
    validator: {
      validate: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
      defaultMessage: () => `$property must be a duration such as 500ms, 30s, 10m, 24h or 7d`,
    },
  })(target, key);
};

/** Options of `IsUrl` that allow a host without a dot. */
export const HTTP_URL = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

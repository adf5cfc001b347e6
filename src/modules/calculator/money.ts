import { invalidRequest } from '../../platform/common/app-error.js';

/** Contract gateway 1.6: the greatest amount of a request or an answer, in minor units. */
export const MAX_FIGURE_MINOR = 99_999_999;

/** Returns a computed figure as the number that it is answered with. Throws AppError `validation_failed`, naming it, when it is too great. */
export function toFigure(name: string, minor: bigint): number {
  if (minor > BigInt(MAX_FIGURE_MINOR)) throw invalidRequest(`${name} must not be greater than ${MAX_FIGURE_MINOR}`);
  return Number(minor);
}

export const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

import type { PipeTransform } from '@nestjs/common';

/** Makes the pipe of a parameter that may be absent, which is null. */
export const absentOr = <T>(pipe: PipeTransform<unknown, T>): PipeTransform<unknown, T | null> => ({
  transform: (value, metadata) => (value === undefined ? null : pipe.transform(value, metadata)),
});

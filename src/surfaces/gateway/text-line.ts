import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString } from 'class-validator';
import { NoCardNumber } from '../../platform/common/card-number.js';
import { Characters, ifString, MayBeAbsent, StorableText } from '../shared/field-rules.js';

/** Text of at most so many characters, without blanks at its ends. @param noCardNumber how a card's number is refused in it */
export const TextLine = (maxLength: number, noCardNumber = NoCardNumber()) =>
  applyDecorators(
    MayBeAbsent(),
    Transform(ifString((text) => text.trim())),
    IsString(),
    Characters(maxLength),
    StorableText(),
    noCardNumber,
    ApiProperty({ maxLength }),
  );

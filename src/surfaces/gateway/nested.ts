import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { NestedClass } from '../shared/body-shape.js';
import { MayBeAbsent } from '../shared/field-rules.js';

/** An optional object within the body. (Swagger takes a function for a class unless it is named `type`.) */
export function Nested(type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    IsObject(),
    ValidateNested(),
    NestedClass(type),
    Type(type),
    ApiProperty({ type: () => type() }),
  );
}

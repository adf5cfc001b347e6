import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';
import { ElementClass, NestedClass } from '../shared/body-shape.js';
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

/** An optional list of objects in the body itself, at most so many. Their rules are checked by the pipe, a few at a time. */
export function NestedList(type: () => new () => object, maxItems: number): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    IsArray(),
    ElementClass(type, maxItems),
    ApiProperty({ type: () => type(), isArray: true, maxItems }),
  );
}

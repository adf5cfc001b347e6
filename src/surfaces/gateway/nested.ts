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

/** An optional list of objects within the body, at most so many. */
export function NestedList(type: () => new () => object, maxItems: number): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    IsArray(),
    ValidateNested({ each: true }),
    ElementClass(type, maxItems),
    Type(type),
    ApiProperty({ type: () => type(), isArray: true, maxItems }),
  );
}

import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { type DynamicModule, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { SystemClock } from '../../src/platform/common/clock.js';
import { buildConfig } from '../../src/platform/config/config.js';
import { readEnv } from '../../src/platform/config/env.js';

/** Parameters that carry what a client made up. */
const SHAPED = new Set<number>([RouteParamtypes.BODY, RouteParamtypes.QUERY]);

/** Every controller that the app's module tree has, without starting it. */
function controllers(): Type[] {
  const config = buildConfig(readEnv({}), {
    mongoUri: 'mongodb://127.0.0.1:1/none',
    stripeSecretKey: 'sk_test_none',
    stripeWebhookSecrets: ['whsec_none'],
    jwtSecret: 'none',
    gatewayJwtSecret: 'none',
    apiKeyEncryptionKeys: ['none'],
  });
  const found = new Set<Type>();
  const open: unknown[] = [AppModule.with(config, new SystemClock())];
  const seen = new Set<unknown>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const dynamic = next as Partial<DynamicModule>;
    const type = dynamic.module ?? (typeof next === 'function' ? next : undefined);
    if (type === undefined) continue;
    for (const key of ['imports', 'controllers'] as const) {
      const declared = [...((Reflect.getMetadata(key, type) ?? []) as unknown[]), ...(dynamic[key] ?? [])];
      if (key === 'imports') open.push(...declared);
      else for (const controller of declared) found.add(controller as Type);
    }
  }
  return [...found];
}

/** `import type` of a DTO erases its class: the pipe then sees Object and lets anything through. */
it('every @Body() and @Query() object has a class at run time', () => {
  const untyped: string[] = [];
  let seen = 0;
  for (const controller of controllers()) {
    const prototype = controller.prototype as object;
    for (const method of new MetadataScanner().getAllMethodNames(prototype)) {
      const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
        string,
        { index: number; data?: unknown }
      >;
      const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
      for (const [key, { index, data }] of Object.entries(args)) {
        const kind = Number(key.split(':')[0]);
        if (data !== undefined || !SHAPED.has(kind)) continue;
        seen++;
        const type = types[index];
        if (type === Object || type === Array || type === String || type === undefined) {
          untyped.push(`${controller.name}.${method}`);
        }
      }
    }
  }
  expect(untyped).toEqual([]);
  expect(seen).toBeGreaterThan(4);
});

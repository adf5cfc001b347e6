import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, type Config } from '../config/config.js';

/** Answers a person who opens the bare address. */
@ApiExcludeController()
@Controller()
export class RootController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  hello(): Record<string, string> {
    return {
      service: 'payments',
      ...(this.config.http.docs ? { docs: '/docs', openapi: '/docs-json' } : {}),
      health: '/health/ready',
    };
  }
}

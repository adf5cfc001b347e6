import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** Swagger UI at /docs and the document at /docs-json, written when somebody first looks; everything the page loads comes from us. */
export function serveDocs(app: NestFastifyApplication, title: string, document: () => OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, {
    raw: ['json'],
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: title,
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      validatorUrl: null, // otherwise a badge is asked for at swagger.io
    },
  });
}

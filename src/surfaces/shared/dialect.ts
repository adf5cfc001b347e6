import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, type Type } from '@nestjs/common';
import type { DocumentBuilder, OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/common/app-error.js';
import { plainPath, withSingleSlashes } from '../../platform/http/plain-path.js';
import { markRefused } from '../../platform/http/refusals.js';
import type { Config } from '../../platform/config/config.js';
import type { BodyMount } from '../../platform/http/body-rules.js';
import { describeError } from './describe-error.js';
import { toAppError } from './to-app-error.js';

export interface DialectAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A way to authorize, as the document names it; routes refer to it by its name. */
export interface Credential {
  readonly name: string;
  readonly scheme: SecuritySchemeObject;
}

/** Everything that is one surface's own and is not in its controllers. */
export interface Dialect {
  readonly name: string;
  /** Path prefixes without a trailing slash, e.g. `/user`. */
  readonly mounts: readonly string[];
  /** Rules for bodies below the surface's own addresses; strict JSON of 100 KB elsewhere. */
  readonly bodies?: readonly BodyMount[];
  readonly credentials: readonly Credential[];
  /** Bodies with unknown properties are refused, and the document says so. */
  readonly refusesUnknown: boolean;
  /** Runs of slashes in its addresses are one slash: clients put together `…/ghost/` and `/api/v1`. */
  readonly collapsesSlashes?: boolean;
  /** Returns the address that another one of the surface's stands for; every other address as it is. */
  plainAddress?(url: string): string;
  /** Says that something went wrong. */
  answer(error: AppError): DialectAnswer;
  /** Additions to the document that depend on the configuration. */
  document?(document: OpenAPIObject, config: Config): void;
}

/** A surface: how it speaks, and the module with its controllers. */
export interface Language {
  readonly dialect: Dialect;
  readonly module: Type<unknown>;
}

type SecuritySchemeObject = Parameters<DocumentBuilder['addSecurity']>[1];

/** Answers in the language of the controller it is bound to. */
@Catch()
export class DialectExceptionFilter implements ExceptionFilter {
  constructor(private readonly dialect: Dialect) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    answerIn(this.dialect, thrown, host.switchToHttp().getResponse<FastifyReply>());
  }
}

/**
 * Unknown routes and unparseable bodies never reach a controller's filter: the language is then that of the longest mount
 * of the path, and `otherwise` outside all of them. Bound globally.
 */
@Catch()
export class FallbackExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly dialects: readonly Dialect[],
    private readonly otherwise: Dialect,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const dialect = dialectOf(http.getRequest<FastifyRequest>().url, this.dialects) ?? this.otherwise;
    answerIn(dialect, thrown, http.getResponse<FastifyReply>());
  }
}

/** The dialect with the longest mount that is the path or a parent of it. */
export function dialectOf(url: string, dialects: readonly Dialect[]): Dialect | undefined {
  const path = plainPath(url);
  let best: { dialect: Dialect; length: number } | undefined;
  for (const dialect of dialects) {
    for (const mount of dialect.mounts) {
      const matches = path === mount || path.startsWith(`${mount}/`);
      if (matches && mount.length > (best?.length ?? -1)) best = { dialect, length: mount.length };
    }
  }
  return best?.dialect;
}

/** Returns the address that is routed: languages may have several for one, and say so. */
export function routedAddress(url: string, dialects: readonly Dialect[]): string {
  return dialects.reduce((address, dialect) => dialect.plainAddress?.(address) ?? address, collapsed(url, dialects));
}

/**
 * Collapses runs of slashes below the mounts of a language that wants it. Elsewhere a proxy in front, which may guard an address,
 * sees the same one as the router.
 */
function collapsed(url: string, dialects: readonly Dialect[]): string {
  if (!url.includes('//')) return url;
  const single = withSingleSlashes(url);
  return dialectOf(single, dialects)?.collapsesSlashes === true ? single : url;
}

const log = new Logger('Http');

/** Logs, and does not answer, what the client cannot do anything about. */
const OURS: ReadonlySet<string> = new Set(['store_unavailable', 'provider_unreachable', 'provider_refused']);

function answerIn(dialect: Dialect, thrown: unknown, reply: FastifyReply): void {
  const error = toAppError(thrown);
  if (error.code === 'internal') log.error(`Unforeseen error: ${describeError(thrown)}`);
  else if (OURS.has(error.code)) log.warn(`${error.code}: ${describeError(error.cause ?? error)}`);
  // A full queue of passwords too; whatever else is 503 has a line of its own each time.
  if (thrown instanceof AppError && thrown.code === 'overloaded') markRefused(reply.request, 'busy');
  if (reply.sent) return;
  const { status, body, headers } = dialect.answer(error);
  void reply
    .status(status)
    .headers({ ...headers })
    .send(body);
}

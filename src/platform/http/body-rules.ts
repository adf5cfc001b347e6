import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError } from '../common/app-error.js';
import { clientGroup } from './client-group.js';
import { plainPath } from './plain-path.js';
import { readBody } from './read-body.js';
import { parseSafeJson } from './safe-json.js';
import { Upload, UploadPlaces } from './upload.js';
import { FORM_OVERHEAD, isForm } from './uploaded-file.js';

const JSON_LIMIT = 102_400;
const WEBHOOK_LIMIT = 262_144;
/** Bytes of a body that are read before its headers are judged. */
const MAY_BE_BLANK = 16;

/** Rules by which the bodies below a mount are read. */
export interface BodyRule {
  readonly limit: number;
  /** Refuses by headers, before a byte is read. */
  check(request: FastifyRequest): void;
  take(request: FastifyRequest, body: Buffer): unknown;
}

/** Rules for bodies that their route reads itself, after its guard has proven who sends them (ruling 64). */
export interface UploadRule {
  readonly isUpload: true;
  readonly limit: number;
  /** Refuses by headers, before a byte is read. */
  check(request: FastifyRequest): void;
}

const isUploadRule = (rule: BodyRule | UploadRule): rule is UploadRule => 'isUpload' in rule;

/** Parameters that may stand behind a media type. */
const UTF8_ONLY = /^\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

/** Returns whether the body is said to be of that media type, in UTF-8. */
export function isOfType({ headers }: FastifyRequest, mediaType: string): boolean {
  const said = headers['content-type'] ?? '';
  return said.slice(0, mediaType.length).toLowerCase() === mediaType && UTF8_ONLY.test(said.slice(mediaType.length));
}

/** Throws AppError `unsupported_media_type` when the body is compressed. */
export function refuseCompressed({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', 'Compressed request bodies are not accepted');
  }
}

/** One media type, one encoding: what is parsed is what every proxy in between saw. */
export const STRICT_JSON: BodyRule = {
  limit: JSON_LIMIT,
  check(request) {
    refuseCompressed(request);
    if (!isOfType(request, 'application/json')) {
      throw new AppError('unsupported_media_type', 'The request body must be application/json in UTF-8');
    }
  },
  // A route that takes a body refuses none in its own words.
  take: (_request, body) => (isBlank(body) ? undefined : parseSafeJson(body)),
};

/** Length that counts as empty: some clients send a blank or a line end for an empty body. */
function isBlank(body: Buffer): boolean {
  return body.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

function announcesNothing({ headers }: FastifyRequest): boolean {
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}

/** A signature covers bytes, so the bytes are kept and nothing is parsed before they are verified. */
const RAW: BodyRule = {
  limit: WEBHOOK_LIMIT,
  check: () => undefined,
  take(request, body) {
    (request as RawBodyRequest<FastifyRequest>).rawBody = body;
    return undefined;
  },
};

export type BodyMount = readonly [mount: string, rule: BodyRule | UploadRule];

const WEBHOOK: BodyMount = ['/webhook/stripe', RAW];

/** Parsing comes before any guard or controller, so the language is known only by the address: the longest mount decides. */
function ruleFor(url: string, mounts: readonly BodyMount[]): BodyRule | UploadRule {
  const path = plainPath(url);
  let best: BodyMount | undefined;
  for (const one of mounts) {
    const [mount] = one;
    const isBelow = path === mount || path.startsWith(`${mount}/`);
    if (isBelow && mount.length > (best?.[0].length ?? -1)) best = one;
  }
  return best?.[1] ?? STRICT_JSON;
}

/** Returns what tells whether a request's body is an upload. */
export function uploadsOf(languages: readonly BodyMount[]): (request: FastifyRequest) => boolean {
  const mounts = languages.filter(([, rule]) => isUploadRule(rule));
  return (request) => mounts.length > 0 && isUploadRule(ruleFor(addressOf(request), mounts));
}

/** The route's own address where there is one: a client may write out letters of it. */
const addressOf = (request: FastifyRequest): string => request.routeOptions.url ?? request.url;

/**
 * The only body parser of the app; Nest is created with `bodyParser: false`. Outside of all mounts bodies are strict JSON.
 * @param trustsProxies whether `TRUST_PROXY` names any proxy
 */
export function useBodyRules(fastify: FastifyInstance, languages: readonly BodyMount[], trustsProxies = false): void {
  const mounts = [WEBHOOK, ...languages];
  const places = new UploadPlaces();
  fastify.removeAllContentTypeParsers();
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    // A body that is not there has no type: no route minds what its client calls it.
    if (announcesNothing(request)) delete request.headers['content-type'];
    done(null, payload);
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const rule = ruleFor(addressOf(request), mounts);
    if (isUploadRule(rule)) return uploadOf(request, payload, rule);
    // A body of unknown length, or so short that it may be blank, is checked at its end: only then is it known whether there
    // is one.
    const length = request.headers['transfer-encoding'] === undefined ? Number(request.headers['content-length']) : 0;
    const mayBeBlank = length <= MAY_BE_BLANK;
    if (!mayBeBlank) rule.check(request);
    const body = await readBody(payload, rule.limit, length);
    if (mayBeBlank && !isBlank(body)) rule.check(request);
    return rule.take(request, body);
  });

  function uploadOf(request: FastifyRequest, payload: Readable, rule: UploadRule): Upload {
    rule.check(request);
    const contentType = request.headers['content-type'] ?? '';
    const limit = rule.limit + (isForm(contentType) ? FORM_OVERHEAD : 0);
    if (Number(request.headers['content-length'] ?? 0) > limit)
      throw new AppError('body_too_large', `The upload is larger than ${limit} bytes`);
    return new Upload({ contentType, payload, limit, places, group: clientGroup(request, trustsProxies) });
  }
}

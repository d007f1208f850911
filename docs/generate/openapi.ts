import { z } from 'zod';
import {
  authenticateAnswer,
  authenticateBody,
  expiredMembers,
  jwksAnswer,
} from '../../functions/authenticate/schema.ts';
import { generate2faAnswer, generate2faBody } from '../../functions/generate-2fa/schema.ts';
import { generatePasswordBody, idempotencyKey } from '../../functions/generate-password/schema.ts';
import {
  reportTheftAnswer,
  reportTheftBody,
  revealPasswordAnswer,
  revealPasswordBody,
  spentReason,
} from '../../functions/reveal-password/schema.ts';
import { rotateBody } from '../../functions/rotate/schema.ts';
import { enrolmentAnswer } from '../../functions/shared/enrolment/answer.ts';
import { PROBLEMS, type ProblemCode } from '../../functions/shared/http/problems.ts';

type Json = Record<string, unknown>;

/** Refusals that every POST can answer. */
const EVERYWHERE: ProblemCode[] = [
  'invalid_request',
  'method_not_allowed',
  'body_too_large',
  'unsupported_media_type',
  'overloaded',
  'unavailable',
];

/** Members that a problem carries beyond those of RFC 9457, `code` and `requestId`. */
const MEMBERS: Partial<Record<ProblemCode, Json>> = {
  invalid_request: schema(
    z.object({ errors: z.array(z.strictObject({ path: z.string(), message: z.string() })) }),
    'output',
  ),
  credentials_expired: schema(expiredMembers, 'output'),
  link_spent: schema(z.object({ reason: spentReason, revealedAt: z.iso.datetime().optional() }), 'output'),
};

const RETRIES: ProblemCode[] = ['too_many_attempts', 'overloaded', 'unavailable'];

function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Json;
  return json;
}

const jsonContent = (type: z.ZodType, io: 'input' | 'output') => ({ 'application/json': { schema: schema(type, io) } });

function problemResponses(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries([...byStatus].map(([status, same]) => [String(status), problemResponse(status, same)]));
}

function problemResponse(status: number, codes: readonly ProblemCode[]): Json {
  const members = codes.flatMap((code): Json[] => (MEMBERS[code] ? [MEMBERS[code]] : []));
  const problem = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', properties: { code: { enum: codes }, status: { const: status } } },
      ...members.map(({ additionalProperties: _, ...open }) => open),
    ],
  };
  const headers = codes.some((code) => RETRIES.includes(code))
    ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } } }
    : {};
  const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].detail}`).join(' ');
  return { description, ...headers, content: { 'application/problem+json': { schema: problem } } };
}

type Operation = {
  summary: string;
  body: z.ZodType;
  status: 200 | 201;
  answer: z.ZodType;
  refusals?: ProblemCode[];
  parameters?: Json[];
};

function post(operationId: string, operation: Operation): Json {
  const { summary, body, status, answer, refusals = [], parameters } = operation;
  const responses = {
    [status]: { description: 'Done.', content: jsonContent(answer, 'output') },
    ...problemResponses([...refusals, ...EVERYWHERE]),
  };
  const requestBody = { required: true, content: jsonContent(body, 'input') };
  return { post: { operationId, summary, ...(parameters && { parameters }), requestBody, responses } };
}

const plainGet = (operationId: string, summary: string, type: string, body: Json, more: Json = {}): Json => ({
  get: {
    operationId,
    summary,
    responses: { '200': { description: 'Done.', content: { [type]: { schema: body } } }, ...more },
  },
});

const FUNCTION_NAMES = ['generate-password', 'reveal-password', 'generate-2fa', 'authenticate', 'rotate'];

/** What every function serves beside its own work. */
function operations(name: string): Json {
  const status = schema(z.strictObject({ status: z.string() }), 'output');
  const notReady = { '503': { description: 'Not ready.', content: { 'application/json': { schema: status } } } };
  return {
    [`/function/${name}/_/health`]: plainGet(`${name}.health`, 'Alive.', 'application/json', status),
    [`/function/${name}/_/ready`]: plainGet(
      `${name}.ready`,
      'Alive, configured, database reachable and migrated.',
      'application/json',
      status,
      notReady,
    ),
    [`/function/${name}/metrics`]: plainGet(`${name}.metrics`, 'Prometheus.', 'text/plain', { type: 'string' }),
  };
}

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode]).meta({ description: 'Stable; what programs switch on.' }),
  requestId: z.string(),
});

/** The OpenAPI 3.1 description of the contract, made from the schemas that the functions parse with. */
export function openApi(version: string): Json {
  const idempotency = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: schema(idempotencyKey, 'input'),
  };
  return {
    openapi: '3.1.1',
    info: {
      title: 'COFRAP Credentials',
      version,
      summary: 'Passwords and second factors made for people.',
      description: 'See docs/api.md for the rules behind the shapes.',
    },
    servers: [{ url: '/' }],
    paths: {
      '/function/generate-password': post('generatePassword', {
        summary: 'Start an enrolment.',
        body: generatePasswordBody,
        status: 201,
        answer: enrolmentAnswer,
        refusals: ['login_taken'],
        parameters: [idempotency],
      }),
      '/function/reveal-password': post('revealPassword', {
        summary: 'Show the password behind a one-time link, once.',
        body: revealPasswordBody,
        status: 200,
        answer: revealPasswordAnswer,
        refusals: ['link_spent'],
      }),
      '/function/reveal-password/report-theft': post('reportTheft', {
        summary: 'Void an enrolment whose link somebody else opened.',
        body: reportTheftBody,
        status: 200,
        answer: reportTheftAnswer,
        refusals: ['link_spent'],
      }),
      '/function/generate-2fa': post('generate2fa', {
        summary: 'Make the second factor of an enrolment.',
        body: generate2faBody,
        status: 200,
        answer: generate2faAnswer,
        refusals: ['invalid_ticket'],
      }),
      '/function/authenticate': post('authenticate', {
        summary: 'Log in; the first login confirms new credentials.',
        body: authenticateBody,
        status: 200,
        answer: authenticateAnswer,
        refusals: ['invalid_credentials', 'credentials_expired', 'account_disabled', 'too_many_attempts'],
      }),
      '/function/authenticate/.well-known/jwks.json': plainGet(
        'jwks',
        'The public keys of access tokens.',
        'application/json',
        schema(jwksAnswer, 'output'),
      ),
      '/function/rotate': post('rotate', {
        summary: 'Renew credentials, with the ticket of an expired login or with both factors.',
        body: rotateBody,
        status: 201,
        answer: enrolmentAnswer,
        refusals: ['invalid_ticket', 'invalid_credentials', 'account_disabled', 'too_many_attempts'],
      }),
      ...Object.assign({}, ...FUNCTION_NAMES.map(operations)),
    },
    components: { schemas: { Problem: schema(problem, 'output') } },
  };
}

import type { z } from 'zod';
import { type FieldError, InvalidRequest } from './problems.ts';

/** Parses a request's body by its schema, or throws {@link InvalidRequest} with what is wrong where. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(parsed.error.issues.slice(0, 16).flatMap(fieldErrors));
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, 16)
      .map((key) => ({ path: [...issue.path, key].join('.').slice(0, 64), message: 'unknown field' }));
  }
  return [{ path: at, message: issue.message }];
}

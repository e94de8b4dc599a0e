import { z } from 'zod';
import { api } from '../api/index.ts';
import type { Spec } from '../api/spec.ts';

/** The OpenAPI 3.1 document of the workspace, made from the table of routes. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, spec] of Object.entries(api) as [string, Spec][]) {
    const path = spec.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(name, spec) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Idiograph workspace', version, description: 'Research software: supports a decision, makes none.' },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'idiograph_session' } },
      schemas: { Problem: problem },
    },
  };
}

const problem = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' },
    message: { type: 'string' },
    remedy: { type: 'string' },
    details: {},
    requestId: { type: 'string' },
  },
};

function operation(name: string, spec: Spec): Record<string, unknown> {
  const parameters = [...fields(spec.params, 'path'), ...fields(spec.query, 'query')];
  return {
    operationId: name,
    summary: spec.summary,
    'x-permission': spec.permission,
    ...(spec.permission === 'public' ? { security: [] } : { security: [{ session: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.body === undefined ? {} : { requestBody: { required: true, content: requestContent(spec.body) } }),
    responses: {
      200: { description: 'done', content: responseContent(spec.response) },
      default: {
        description: 'refused',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function fields(schema: z.ZodObject | undefined, where: 'path' | 'query') {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: jsonSchema(field as z.ZodType, 'input'),
  }));
}

function requestContent(body: z.ZodType | 'stream') {
  return body === 'stream'
    ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: jsonSchema(body, 'input') } };
}

function responseContent(response: Spec['response']) {
  if (response === 'events') return { 'text/event-stream': { schema: { type: 'string' } } };
  if (response === 'raw') return { '*/*': { schema: { type: 'string', format: 'binary' } } };
  return { 'application/json': { schema: jsonSchema(response, 'output') } };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

import { createDocument } from '../../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';

type Example = { value: Record<string, unknown> };
type Operation = { requestBody?: { content: Record<string, { examples?: Record<string, Example> }> } };

let app: TestApp;
let admin: GatewayCaller;
let examplesOf: (path: string) => [string, Example][];
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
  const { paths } = await createDocument(app.app);
  examplesOf = (path) => {
    const operation = paths[path]?.post as Operation | undefined;
    return Object.entries(operation?.requestBody?.content['application/json']?.examples ?? {});
  };
});
afterAll(() => app.stop());

/** Swagger UI sends the first example as it stands; without one it makes a body up in which every permission is true. */
it('the documented users can be made and changed as they stand', async () => {
  const made = examplesOf('/api/user');
  expect(made.map(([name]) => name)).toEqual(['admin', 'standard']);
  const ids: string[] = [];
  for (const [name, { value }] of made) {
    const answer = await admin.call('POST', '/api/user', value);
    expect([name, answer.status, answer.body['msg']]).toEqual([name, 200, 'success']);
    ids.push((answer.body['data'] as { id: string }).id);
  }
  const changes = examplesOf('/api/user/{userId}');
  expect(changes.length).toBeGreaterThanOrEqual(5);
  for (const [name, { value }] of changes) {
    const answer = await admin.call('POST', `/api/user/${ids[1]}`, value);
    expect([name, answer.status]).toEqual([name, 200]);
    expect(answer.body['data']).toMatchObject(value);
  }
});

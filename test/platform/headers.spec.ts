import { startTestApp, type TestApp } from '../support/app.js';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test?.stop());

it('answers', async () => {
  const live = await test.http.get('/health/live');
  console.log(live.status, Object.fromEntries(live.headers));
  console.log((await test.http.get('/health/ready')).text);
  console.log((await test.http.get('/')).text);
  console.log((await test.http.get('/docs')).text.slice(0, 500));
  console.log((await test.http.get('/docs-json')).text.slice(0, 500));
  console.log((await test.http.get('/metrics')).text.slice(0, 500));
  console.log((await test.http.get('/nope')).text.slice(0, 500));
  console.log((await test.http.get('/user/%E0%A4%A')).text.slice(0, 500));
  console.log((await test.http.post('/user/login', '{', {})).text.slice(0, 500));
});

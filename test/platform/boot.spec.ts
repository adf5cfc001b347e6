import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
});
afterAll(() => test?.stop());

it('answers', async () => {
  const user = await test.register();
  console.log(user);
  console.log((await test.http.get('/user', {token: user.token})).text);
  console.log(logs.text);
});

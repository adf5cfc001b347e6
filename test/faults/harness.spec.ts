import { builtDist } from '../support/built-dist.js';
import { storm, type StormOptions, tellProblems } from './harness/storms.js';

/** The smallest size of `npm run test:faults`. */
it('T-12 kill it anywhere, lose any answer: the books agree', async () => {
  const dist = await builtDist();
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const options: StormOptions = { size: 'smoke', seed: 1, appDist: dist, simulatorDist: dist, say };
  const report = await storm(options);
  if (report.problems.length > 0) tellProblems(report, options);
  expect(report.problems.map(({ invariant, what }) => `${invariant}: ${what}`)).toEqual([]);
}, 300_000);

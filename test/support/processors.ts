import { commandLineActor } from '../../src/modules/audit/actors.js';
import { type ProcessorChanges, ProcessorService } from '../../src/modules/merchant/processor.service.js';
import type { Processor } from '../../src/modules/merchant/processor.types.js';
import type { TestApp } from './app.js';

/** Another processor of an account's, with fees, made as the operator's commands do. */
export async function madeProcessor(app: TestApp, accountId: string, terms: ProcessorChanges): Promise<Processor> {
  const processors = app.app.get(ProcessorService, { strict: false });
  const { id } = await processors.create(commandLineActor(), accountId, 'test');
  return processors.update(commandLineActor(), accountId, id, terms);
}

/** Gives the account's default processor these fees; what is not named stays. */
export async function setDefaultFees(app: TestApp, accountId: string, terms: ProcessorChanges): Promise<Processor> {
  const processors = app.app.get(ProcessorService, { strict: false });
  const [first] = await processors.list(accountId);
  if (first === undefined) throw new Error('an account without a processor');
  return processors.update(commandLineActor(), accountId, first.id, terms);
}

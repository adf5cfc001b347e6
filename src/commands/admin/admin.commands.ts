import type { INestApplicationContext } from '@nestjs/common';
import { accountOf, createAccountKey, shownAccountKey } from './account-key-command.js';
import { searchAudit } from './audit-command.js';
import { checked } from './checked.js';
import type { CommandOptions } from './command-options.js';
import { createPerson, importPersons } from './person-command.js';
import { createProcessor, listProcessors, PROCESSOR_OPTIONS, setProcessor } from './processor-command.js';
import { settle } from './settle-command.js';
import { listTerminals, setTerminal, syncTerminals, TERMINAL_OPTIONS } from './terminal-command.js';
import { showTransaction } from './transaction-command.js';
import { exportTransactions } from './transactions-command.js';
import { twins } from './twins-command.js';
import { AccountKeyService } from '../../modules/auth/api-key/account-key.service.js';
import { ApiKeyService } from '../../modules/auth/api-key/api-key.service.js';
import type { ApiKey } from '../../modules/auth/api-key/api-key.types.js';
import { ParkedReceiptsService } from '../../modules/payment/effects/parked-receipts.service.js';
import { GatewayUserService } from '../../modules/user/gateway/gateway-user.service.js';
import { CreateApiKey } from '../../surfaces/gateway/api-key/api-key.dto.js';
import { toKeyType } from '../../surfaces/gateway/api-key/api-key.mapper.js';
import { CreateGatewayUser } from '../../surfaces/gateway/user/user.dto.js';
import { toNewGatewayUser } from '../../surfaces/gateway/user/user.mapper.js';
import { commandLineActor } from '../../modules/audit/actors.js';

export interface CommandForm {
  readonly needs: readonly string[];
  readonly takes: readonly string[];
  /** Options without a value. */
  readonly flags?: readonly string[];
  /**
   * @returns what `--json` prints, or the text itself in pieces; `asJson` is for the latter. Throws AppError for what is refused.
   */
  readonly run: (
    app: INestApplicationContext,
    options: CommandOptions,
    asJson?: boolean,
  ) => Promise<object | AsyncIterable<string>>;
}

interface Command extends CommandForm {
  /** Whether it needs a password, which may also be asked for or come on standard input. */
  readonly takesPassword?: true;
  /** Whether it asks Stripe, which must then be configured or run embedded. */
  readonly asksStripe?: true;
  /** Another form of the command, which the first option that it needs tells from this one. */
  readonly otherForm?: CommandForm;
}

/** The operator's commands: whoever may run them at the machine may do everything. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'create-user': {
    needs: ['username', 'name', 'email'],
    takes: ['role', 'account'],
    takesPassword: true,
    run: createUser,
  },
  'create-key': {
    needs: ['username', 'name', 'type'],
    takes: [],
    run: createKey,
    otherForm: { needs: ['surface', 'name'], takes: ['account', 'email'], run: createAccountKey },
  },
  'import-key': { needs: ['username', 'name', 'key'], takes: [], run: importKey },
  'list-keys': { needs: [], takes: [], run: listKeys },
  'revoke-key': { needs: ['id'], takes: [], run: revokeKey },
  'create-person': { needs: ['id'], takes: ['ids', 'name', 'email', 'vault-customer', 'account'], run: createPerson },
  'import-persons': { needs: ['file'], takes: ['account'], run: importPersons },
  'list-processors': { needs: [], takes: ['account'], run: listProcessors },
  'create-processor': { needs: ['name'], takes: ['account'], run: createProcessor },
  'set-processor': { needs: [], takes: ['account', 'id', ...PROCESSOR_OPTIONS], run: setProcessor },
  'terminals sync': {
    needs: [],
    takes: ['account', 'location'],
    flags: ['simulated-reader'],
    asksStripe: true,
    run: syncTerminals,
  },
  'list-terminals': { needs: [], takes: ['account'], run: listTerminals },
  'set-terminal': { needs: ['id'], takes: ['account', ...TERMINAL_OPTIONS], run: setTerminal },
  settle: { needs: [], takes: ['account'], run: settle },
  transaction: { needs: ['id'], takes: [], run: showTransaction },
  transactions: {
    needs: [],
    takes: ['since', 'until', 'status', 'account', 'last-four', 'email', 'id'],
    flags: ['csv'],
    run: exportTransactions,
  },
  twins: { needs: [], takes: [], run: twins },
  'parked-receipts': { needs: [], takes: [], run: parkedReceipts },
  'retry-receipts': {
    needs: [],
    takes: ['payment'],
    run: async (app, { payment }) => ({ retried: await receiptsOf(app).retry(commandLineActor(), payment) }),
  },
  'skip-receipts': {
    needs: [],
    takes: ['payment'],
    run: async (app, { payment }) => ({ skipped: await receiptsOf(app).skip(commandLineActor(), payment) }),
  },
  'reencrypt-keys': {
    needs: [],
    takes: [],
    run: (app) => app.get(ApiKeyService, { strict: false }).reencrypt(commandLineActor()),
  },
  audit: { needs: [], takes: ['actor', 'object', 'since', 'until', 'action', 'limit'], run: searchAudit },
};

async function createUser(app: INestApplicationContext, { account, ...given }: CommandOptions): Promise<object> {
  const user = await checked(given, CreateGatewayUser);
  const owner = await accountOf(app, account);
  const users = app.get(GatewayUserService, { strict: false });
  const made = await users.createAsOperator(commandLineActor(), owner.id, toNewGatewayUser(user));
  const { id, username, name, email, role } = made;
  return { id, username, name, email, role, account: owner.name, account_id: owner.id };
}

async function createKey(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { type, name } = await checked(options, CreateApiKey);
  const owner = await ownerOf(app, options);
  return shown(
    await app.get(ApiKeyService, { strict: false }).create(commandLineActor(), owner, toKeyType(type), name),
  );
}

async function importKey(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { name } = await checked({ name: options['name'], type: 'api' }, CreateApiKey);
  const owner = await ownerOf(app, options);
  return shown(
    await app.get(ApiKeyService, { strict: false }).import(commandLineActor(), owner, name, options['key'] ?? ''),
  );
}

async function listKeys(app: INestApplicationContext): Promise<object> {
  const ofUsers = await app.get(ApiKeyService, { strict: false }).listAll(commandLineActor());
  const ofAccounts = await app.get(AccountKeyService, { strict: false }).listAll();
  return { keys: [...ofUsers.map(shown), ...ofAccounts.map(shownAccountKey)] };
}

async function revokeKey(app: INestApplicationContext, { id = '' }: CommandOptions): Promise<object> {
  await app.get(ApiKeyService, { strict: false }).revoke(commandLineActor(), id);
  return { id, revoked: true };
}

const receiptsOf = (app: INestApplicationContext) => app.get(ParkedReceiptsService, { strict: false });

async function parkedReceipts(app: INestApplicationContext): Promise<object> {
  const parked = await receiptsOf(app).list();
  return { receipts: parked.map((one) => ({ ...one, parkedAt: one.parkedAt.toISOString() })) };
}

async function ownerOf(app: INestApplicationContext, { username = '' }: CommandOptions) {
  const { id: userId, accountId } = await app.get(GatewayUserService, { strict: false }).byUsername(username);
  return { userId, accountId };
}

function shown(key: ApiKey): object {
  return {
    id: key.id,
    user_id: key.userId,
    account_id: key.accountId,
    type: key.type,
    name: key.name,
    key: key.key,
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}

import type { INestApplicationContext } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { accountOf } from './account-key-command.js';
import { checked } from './checked.js';
import { type CommandOptions, flagOf } from './command-options.js';
import { commandLineActor } from '../../modules/audit/actors.js';
import { DeploymentService } from '../../modules/merchant/deployment.service.js';
import { AccountWatch } from '../../modules/payment/upkeep/account-watch.js';
import { TerminalSync } from '../../modules/terminal/terminal-sync.service.js';
import { TerminalService } from '../../modules/terminal/terminal.service.js';
import type { Terminal, TerminalChanges } from '../../modules/terminal/terminal.types.js';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { NoCardNumber } from '../../platform/common/card-number.js';
import { NoInvisible, StorableText } from '../../surfaces/shared/field-rules.js';

class TerminalWords {
  @IsOptional()
  @NoCardNumber()
  @NoInvisible()
  @StorableText()
  @MaxLength(255)
  @IsString()
  description?: string;

  @IsOptional()
  @NoCardNumber()
  @NoInvisible()
  @StorableText()
  @MaxLength(50)
  @IsString()
  'register-id'?: string;

  @IsOptional()
  @Matches(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, { message: '$property must be a time of day in UTC such as 23:30:00' })
  'settle-at'?: string;
}

/** Options of `set-terminal` beside `--account` and `--id`. */
export const TERMINAL_OPTIONS = ['status', 'auto-settle', 'settle-at', 'description', 'register-id'] as const;

const terminalsOf = (app: INestApplicationContext) => app.get(TerminalService, { strict: false });

/**
 * `npm run admin -- terminals sync [--account A] [--location tml_…] [--simulated-reader]`: makes the account's terminals what
 * Stripe's readers are. With a key of another Stripe account every reader would look gone, so that is asked first.
 */
export async function syncTerminals(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { location: locationId } = options;
  if (locationId !== undefined && !/^tml_\w{1,250}$/.test(locationId)) throw invalidRequest('location must be a tml_…');
  const { id, name } = await accountOf(app, options['account']);
  await app.get(DeploymentService, { strict: false }).onModuleInit(); // nothing else has read who we are
  await app.get(AccountWatch, { strict: false }).look();
  const sync = app.get(TerminalSync, { strict: false });
  const simulatedReader = options['simulated-reader'] !== undefined;
  const report = await sync.sync(commandLineActor(), id, { locationId, simulatedReader });
  return {
    account: name,
    made: report.made.map(shown),
    changed: report.changed.map(shown),
    gone: report.gone.map(shown),
    unchanged: report.unchanged,
    of_other_accounts: report.ofOtherAccounts,
    at_other_locations: report.atOtherLocations,
    mobile: report.mobile,
  };
}

/** `npm run admin -- list-terminals [--account A]`. */
export async function listTerminals(app: INestApplicationContext, { account }: CommandOptions): Promise<object> {
  const { id } = await accountOf(app, account);
  return { terminals: (await terminalsOf(app).list(id)).map(shown) };
}

/** `npm run admin -- set-terminal --id X …`. */
export async function setTerminal(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const changes = await changesOf(options);
  if (Object.keys(changes).length === 0) throw invalidRequest(`say what changes: --${TERMINAL_OPTIONS.join(', --')}`);
  const { id: accountId } = await accountOf(app, options['account']);
  try {
    return shown(await terminalsOf(app).update(commandLineActor(), accountId, options['id'] ?? '', changes));
  } catch (error) {
    const isUnknown = error instanceof AppError && error.code === 'terminal_not_found';
    throw isUnknown ? invalidRequest('id is no terminal of the account') : error;
  }
}

async function changesOf(options: CommandOptions): Promise<TerminalChanges> {
  const told = (name: string) => (options[name] === undefined ? {} : { [name]: options[name] });
  const words = await checked({ ...told('description'), ...told('register-id'), ...told('settle-at') }, TerminalWords);
  const { status } = options;
  if (status !== undefined && status !== 'active' && status !== 'disabled')
    throw invalidRequest('status must be active or disabled; inactive is one whose reader is gone from Stripe');
  const changes = {
    disabled: status === undefined ? undefined : status === 'disabled',
    autoSettle: flagOf(options, 'auto-settle'),
    settleAt: words['settle-at'],
    // The rules take an empty text for none that was sent; here it takes away what was said before.
    description: options['description'] === '' ? null : words.description,
    registerId: options['register-id'] === '' ? '' : words['register-id'],
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** In the words of the contract, without the secret: nobody who reads over a shoulder needs it. */
function shown(terminal: Terminal): object {
  return {
    id: terminal.id,
    account_id: terminal.accountId,
    reader: terminal.providerReaderId,
    manufacturer: terminal.manufacturer,
    model: terminal.model,
    serial_number: terminal.serialNumber,
    description: terminal.description,
    status: terminal.status,
    register_id: terminal.registerId,
    auto_settle: terminal.autoSettle,
    settle_at: terminal.settleAt,
    created_at: terminal.createdAt.toISOString(),
    updated_at: terminal.updatedAt?.toISOString() ?? null,
  };
}

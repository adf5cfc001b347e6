import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG, type Config } from '../config/config.js';

export interface OutboxEntry {
  readonly name: string;
  readonly writtenAt: Date;
  readonly to: string;
  readonly subject: string;
}

const SAFE_NAME = /^[\w-]{1,100}$/;
const NEWEST = 100;

/** Messages as files: DATA_DIR/outbox/<id>.eml. Whoever reads the folder never sees half a message. */
@Injectable()
export class Outbox {
  private readonly dir: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.dir = join(config.dataDir, 'outbox');
  }

  /** The same id is the same file. */
  async write(id: string, eml: Buffer): Promise<void> {
    const file = join(this.dir, `${fileName(id)}.eml`);
    const temporary = `${file}.${process.pid}.${createHash('sha256').update(eml).digest('hex').slice(0, 8)}`;
    await this.inFolder(() => writeFile(temporary, eml, { mode: 0o600 }));
    await rename(temporary, file);
  }

  /** The folder is there but for the first message, and when somebody has cleared it away. */
  private async inFolder(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(this.dir, { recursive: true, mode: 0o700 });
      await write();
    }
  }

  /** Newest first. */
  async list(): Promise<OutboxEntry[]> {
    const names = (await readdir(this.dir).catch(() => [])).filter((name) => name.endsWith('.eml'));
    const dated = await Promise.all(
      names.map(async (file) => ({ name: file.slice(0, -4), writtenAt: (await stat(join(this.dir, file))).mtime })),
    );
    dated.sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime());
    return Promise.all(
      dated.slice(0, NEWEST).map(async (entry) => {
        const text = (await this.read(entry.name)) ?? '';
        return { ...entry, to: header(text, 'To'), subject: header(text, 'Subject') };
      }),
    );
  }

  async read(name: string): Promise<string | undefined> {
    if (!SAFE_NAME.test(name)) return undefined;
    return readFile(join(this.dir, `${name}.eml`), 'utf8').catch(() => undefined);
  }
}

/** Ids with other characters, cut or replaced, stay apart by a digest. */
function fileName(id: string): string {
  if (SAFE_NAME.test(id)) return id;
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${id.replace(/[^\w-]/g, '_').slice(0, 80)}-${digest}`;
}

function header(eml: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(eml.split('\r\n\r\n', 1)[0] ?? '')?.[1]?.trim() ?? '';
}

// A stale src/metadata.ts (a DTO was moved or removed) would fail the type check before it is generated anew.
require('node:fs').writeFileSync(
  require('node:path').join(__dirname, '../src/metadata.ts'),
  'export default async (): Promise<Record<string, unknown>> => ({});\n',
);

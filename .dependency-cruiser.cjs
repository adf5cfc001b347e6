/**
 * The arrows of docs/architecture.md, checked: surfaces -> modules -> platform, and between modules down one ladder.
 * test/architecture/arrows.spec.ts plants a violation of each rule and expects it to be caught.
 */

/** Each may import what stands before it; those on one step do not see each other. News travels upward as events. */
const LADDER = [
  ['audit', 'calculator'],
  ['merchant'],
  ['user'],
  ['auth'],
  ['customer'],
  ['payment', 'terminal'],
  ['transaction'],
  ['books', 'order', 'invoice', 'batch'],
  ['recurring', 'settlement'],
];
/** `calculator, merchant < user < auth, customer < payment`: neighbours that are on one step all the same. */
const BESIDE = { merchant: ['calculator'], customer: ['auth'] };

const oneOf = (names) => `(${names.join('|')})`;

/** @returns one rule per module: what it must not import */
function ladderRules() {
  return LADDER.flatMap((step, index) =>
    step.map((name) => {
      const notBelow = LADDER.slice(index).flat();
      const forbidden = [...notBelow, ...(BESIDE[name] ?? [])].filter((other) => other !== name);
      return {
        name: `ladder-${name}`,
        severity: 'error',
        comment: `src/modules/${name} imports only what stands below it on the ladder`,
        from: { path: `^src/modules/${name}/` },
        to: { path: `^src/modules/${oneOf(forbidden)}/` },
      };
    }),
  );
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'what imports each other cannot be understood, tested or started one by one',
      from: { path: '^(src|packages)' },
      to: { circular: true },
    },
    {
      name: 'platform-knows-no-business',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(modules|surfaces|commands|embedded)/|^src/(app|main)' },
    },
    {
      name: 'modules-know-no-surface',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: '^src/(surfaces|commands|embedded)/|^src/(app|main)' },
    },
    {
      name: 'surfaces-do-not-meet',
      severity: 'error',
      comment: 'a language never borrows from another one; what they share is in surfaces/shared',
      from: { path: '^src/surfaces/([^/]+)/' },
      to: { path: '^src/surfaces/', pathNot: '^src/surfaces/($1|shared)/' },
    },
    {
      name: 'surfaces-are-not-the-app',
      severity: 'error',
      from: { path: '^src/surfaces/' },
      to: { path: '^src/(commands|embedded)/|^src/(app|main)' },
    },
    {
      name: 'surfaces-speak-http',
      severity: 'error',
      comment:
        'what a surface wants of store, Stripe and mail is a verb of a module; to-app-error alone sorts what the driver threw',
      from: { path: '^src/surfaces/', pathNot: '^src/surfaces/shared/to-app-error' },
      to: { path: '^src/platform/(database|stripe|mail|operations|development)/' },
    },
    ...ladderRules(),
    {
      name: 'forms-do-not-meet',
      severity: 'error',
      comment: 'the two forms of a payment share provider and record, and nothing of each other',
      from: { path: '^src/modules/payment/(charge|shopper)/' },
      to: { path: '^src/modules/payment/(charge|shopper)/', pathNot: '^src/modules/payment/$1/' },
    },
    {
      name: 'records-know-no-verb',
      severity: 'error',
      comment: 'types, schema and pure changes stand below what is done with them: only types may run back up',
      from: { path: '^src/modules/(customer|payment)/record/' },
      to: { path: '^src/modules/$1/', pathNot: '^src/modules/$1/record/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'work-knows-no-verb',
      severity: 'error',
      comment: 'what is done at Stripe stands below the verbs that ask for it: only types may run back up',
      from: { path: '^src/modules/customer/work/' },
      to: {
        path: '^src/modules/customer/',
        pathNot: '^src/modules/customer/(record|work)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'provider-knows-no-form',
      severity: 'error',
      comment: 'the calls of one PaymentIntent stand below the forms of a payment that make them',
      from: { path: '^src/modules/payment/provider/' },
      to: {
        path: '^src/modules/payment/',
        pathNot: '^src/modules/payment/(record|limits|provider)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'module-on-the-ladder',
      severity: 'error',
      comment: 'a new module gets its place on the ladder first',
      from: { path: '^src/modules/', pathNot: `^src/modules/${oneOf(LADDER.flat())}/` },
      to: {},
    },
    {
      name: 'stripe-in-one-folder',
      severity: 'error',
      comment: 'types included: what Stripe changes is changed in one place',
      from: { path: '^src/', pathNot: '^src/platform/stripe/' },
      to: { path: 'node_modules/stripe/' },
    },
    {
      name: 'simulator-borrows-only-types',
      severity: 'error',
      comment: 'a simulator that ran the SDK would agree with it about everything',
      from: { path: '^packages/stripe-simulator/src/' },
      to: { path: 'node_modules/stripe/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'simulator-is-a-program-of-its-own',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'simulator-knows-no-product',
      severity: 'error',
      from: { path: '^packages/stripe-simulator/src/' },
      to: { path: '^src/' },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      comment: 'whoever installs it has neither the product nor any other package',
      from: { path: '^packages/ghost-client/[^/]+$' },
      to: { path: '^(src|node_modules|packages/stripe-simulator)/' },
    },
    {
      name: 'mongoose-in-repositories',
      severity: 'error',
      comment: 'services get plain objects from named queries',
      from: { path: '^src/', pathNot: '^src/(platform|embedded)/|\\.(repository|schema)\\.ts$' },
      to: { path: 'node_modules/mongoose/' },
    },
    {
      name: 'nest-mongoose-in-repositories',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/|\\.(repository|schema|module)\\.ts$' },
      to: { path: 'node_modules/@nestjs/mongoose/' },
    },
    {
      name: 'schemas-behind-repositories',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/|\\.(repository|schema|module)\\.ts$' },
      to: { path: '\\.schema\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'modules-know-no-http',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: 'node_modules/(fastify|@nestjs/(swagger|platform-fastify))/|^src/platform/http/' },
    },
    {
      name: 'no-development-package',
      severity: 'error',
      comment: 'npm ci --omit=dev must still start',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/metadata\\.ts$|\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};

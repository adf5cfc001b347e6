/** The first steps, for a person who started the simulator by hand. */
export function welcome(url: string, data: string | undefined): string {
  const { hostname, port } = new URL(url);
  return `
  Stripe simulator   ${url}   open it for the dashboard
  Node               new Stripe('sk_test_anything', { host: '${hostname}', port: ${port}, protocol: 'http' })
  curl               curl ${url}/v1/customers -u sk_test_anything: -d name=Ada
  Data               ${data ?? 'in memory only, gone when it ends; --data DIR keeps it'}
  More               --help, README.md; Ctrl-C ends it

`;
}

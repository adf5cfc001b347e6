/** Of no account at all: the simulator takes any key, and signs webhooks with the secret that it is told. */
export const TEST_STRIPE_KEY = 'sk_test_simulator0123456789abcdef';
export const TEST_WEBHOOK_SECRET = 'whsec_test_0123456789abcdef0123456789abcdef';

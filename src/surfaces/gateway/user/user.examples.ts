/** Examples for Swagger UI: each variant of a body once. Without them it would send every permission as true. */

const USER = {
  username: 'testmerchant43',
  name: 'Ada Owner',
  phone: '6305555555',
  email: 'owner@example.com',
  timezone: 'ETC/UTC',
  password: 'T@est12345678',
};

export const CREATE_USER_EXAMPLES = {
  admin: { summary: 'an administrator', value: { ...USER, status: 'active', role: 'admin' } },
  standard: {
    summary: 'a standard user with permissions',
    value: {
      ...USER,
      username: 'cashier7',
      role: 'standard',
      permissions: { process_sale: true, vault_create: true },
      notifications: { merchant: { settlement_reports: true } },
    },
  },
};

export const UPDATE_USER_EXAMPLES = {
  texts: { summary: 'name and telephone', value: { name: 'Ada Owner', phone: '6305555555' } },
  permissions: { summary: 'one permission more', value: { permissions: { process_refund: true } } },
  notifications: {
    summary: 'one notification more',
    value: { notifications: { merchant: { transaction_void: true } } },
  },
  defaults: { summary: 'a default processor', value: { defaults: { processor_id: 'b7kgflt1tlv51er0f1sg' } } },
  disabled: { summary: 'locked out', value: { status: 'disabled' } },
};

import type { User } from '../../../modules/user/user.types.js';
import type { AuthGrant, ReturnUser } from './user.dto.js';

export function toReturnUser(user: User): ReturnUser {
  return {
    userId: user.id,
    userName: user.userName,
    email: user.email,
    ...(user.customerId === undefined ? {} : { customerId: user.customerId }),
  };
}

export function toAuthGrant(token: string): AuthGrant {
  return { access_token: token };
}

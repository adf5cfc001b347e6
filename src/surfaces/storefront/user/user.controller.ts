import { Body, Delete, Get, Param, Patch, Post, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UserAdministration } from '../../../modules/payment/shopper/user-administration.service.js';
import { UserService } from '../../../modules/user/user.service.js';
import type { Principal } from '../../../platform/common/principal.js';
import { absentOr } from '../../shared/absent-or.js';
import { ApiObjectId, OBJECT_ID_FORM, ObjectIdPipe } from '../../shared/object-id.pipe.js';
import { ApiListPage, LimitPipe, linkBehind } from '../list-page.js';
import { CurrentPrincipal, StorefrontController, StorefrontErrors } from '../storefront.dialect.js';
import { RegistrationLimitGuard } from './registration-limit.guard.js';
import { CreateUser, ReturnUser, UpdateUser } from './user.dto.js';
import { toReturnUser } from './user.mapper.js';

@StorefrontController('user', 'user')
export class UserController {
  constructor(
    private readonly users: UserService,
    private readonly administration: UserAdministration,
  ) {}

  /** Creates a user whom the caller may then manage. */
  @Post()
  @UseGuards(RegistrationLimitGuard)
  @StorefrontErrors(400, 401, 409, 413, 415, 429, 503)
  async create(@CurrentPrincipal() caller: Principal, @Body() body: CreateUser): Promise<ReturnUser> {
    return toReturnUser(await this.administration.create(caller, body));
  }

  /**
   * The caller and the users they created, oldest first; all users for an administrator. A header `Link` with `rel="next"` says
   * that there are more, and where.
   */
  @Get()
  @ApiListPage(OBJECT_ID_FORM)
  @StorefrontErrors(400, 401, 503)
  async list(
    @CurrentPrincipal() caller: Principal,
    @Query('limit', absentOr(new LimitPipe())) limit: number | null,
    @Query('starting_after', absentOr(new ObjectIdPipe())) startingAfter: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReturnUser[]> {
    const page = await this.users.list(caller, { limit, startingAfter });
    linkBehind(reply, '/user', limit, page);
    return page.items.map(toReturnUser);
  }

  /** One user: the caller, or one they created. */
  @Get(':id')
  @ApiObjectId('id')
  @StorefrontErrors(400, 401, 403, 404, 503)
  async read(@CurrentPrincipal() caller: Principal, @Param('id', ObjectIdPipe) id: string): Promise<ReturnUser> {
    return toReturnUser(await this.users.authorize(caller, id));
  }

  /** Changes what is sent. A `customerId` must be a Stripe Customer made for this user. */
  @Patch(':id')
  @ApiObjectId('id')
  @StorefrontErrors(400, 401, 403, 404, 409, 413, 415, 502, 503)
  async update(
    @CurrentPrincipal() caller: Principal,
    @Param('id', ObjectIdPipe) id: string,
    @Body() body: UpdateUser,
  ): Promise<ReturnUser> {
    return toReturnUser(await this.administration.update(caller, id, body));
  }

  /** Deletes the user and answers the record as it was. 409 while a payment of theirs is in flight. */
  @Delete(':id')
  @ApiObjectId('id')
  @StorefrontErrors(400, 401, 403, 404, 409, 503)
  async delete(@CurrentPrincipal() caller: Principal, @Param('id', ObjectIdPipe) id: string): Promise<ReturnUser> {
    return toReturnUser(await this.administration.delete(caller, id));
  }
}

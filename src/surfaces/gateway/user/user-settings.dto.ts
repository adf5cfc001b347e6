import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsString, MaxLength } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested } from '../nested.js';

const Flag = () => applyDecorators(MayBeAbsent(), IsBoolean());

/** An id of something of the account; it is looked up when it is used. */
const Reference = () => applyDecorators(MayBeAbsent(), IsString(), MaxLength(50), StorableText(), NoCardNumber());

/** Settings of a request; those not sent stay as they are. Names are those of permissions.ts, a test compares them. */
export class PermissionFlags {
  @Flag() manage_users?: boolean;
  @Flag() manage_api_keys?: boolean;
  @Flag() manage_terminals?: boolean;
  @Flag() manage_rule_engine?: boolean;
  @Flag() view_settlement_batches?: boolean;
  @Flag() view_billing_reports?: boolean;
  @Flag() process_authorization?: boolean;
  @Flag() process_capture?: boolean;
  @Flag() process_sale?: boolean;
  @Flag() process_void?: boolean;
  @Flag() process_credit?: boolean;
  @Flag() process_refund?: boolean;
  @Flag() process_verification?: boolean;
  @Flag() allow_dashboard_stats?: boolean;
  @Flag() vault_create?: boolean;
  @Flag() vault_update?: boolean;
  @Flag() vault_delete?: boolean;
  @Flag() access_file_batch?: boolean;
  @Flag() view_others_transactions?: boolean;
  @Flag() manage_card_bans?: boolean;
  @Flag() restrict_viewing_others_invoices?: boolean;
  @Flag() recurring_status_change?: boolean;
}

/** All permissions, as stored; an administrator has every one whatever stands here. */
export class Permissions {
  manage_users!: boolean;
  manage_api_keys!: boolean;
  manage_terminals!: boolean;
  manage_rule_engine!: boolean;
  view_settlement_batches!: boolean;
  view_billing_reports!: boolean;
  process_authorization!: boolean;
  process_capture!: boolean;
  process_sale!: boolean;
  process_void!: boolean;
  process_credit!: boolean;
  process_refund!: boolean;
  process_verification!: boolean;
  allow_dashboard_stats!: boolean;
  vault_create!: boolean;
  vault_update!: boolean;
  vault_delete!: boolean;
  access_file_batch!: boolean;
  view_others_transactions!: boolean;
  manage_card_bans!: boolean;
  restrict_viewing_others_invoices!: boolean;
  recurring_status_change!: boolean;
}

export class MerchantNotificationFlags {
  @Flag() transaction_receipts?: boolean;
  @Flag() settlement_reports?: boolean;
  @Flag() triggered_rules?: boolean;
  @Flag() security_alerts?: boolean;
  @Flag() invoice_create?: boolean;
  @Flag() transaction_void?: boolean;
}

export class NotificationFlags {
  @Nested(() => MerchantNotificationFlags)
  merchant?: MerchantNotificationFlags;
}

export class MerchantNotifications {
  transaction_receipts!: boolean;
  settlement_reports!: boolean;
  triggered_rules!: boolean;
  security_alerts!: boolean;
  invoice_create!: boolean;
  transaction_void!: boolean;
}

export class Notifications {
  merchant!: MerchantNotifications;
}

export class DefaultChanges {
  @Reference() processor_id?: string;
  @Reference() terminal_id?: string;
  @Reference() transaction_csv_format_id?: string;
  @Reference() transaction_report_format_id?: string;
  @Reference() vault_table_format_id?: string;
  @Flag() show_transaction_totals?: boolean;
}

export class Defaults {
  processor_id!: string;
  terminal_id!: string;
  transaction_csv_format_id!: string;
  transaction_report_format_id!: string;
  vault_table_format_id!: string;
  show_transaction_totals!: boolean;
}

import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PublicAddress } from '../../platform/common/public-address.js';
import { OperationsModule } from '../../platform/operations/operations.module.js';
import { StripeModule } from '../../platform/stripe/stripe.module.js';
import { MerchantModule } from '../merchant/merchant.module.js';
import { AdoptVaultCustomerService } from './adopt-vault-customer.service.js';
import { ContactSender } from './work/contact-sender.js';
import { MethodAmender } from './work/method-amender.js';
import { MethodChanger } from './work/method-changer.js';
import { MethodDetacher } from './work/method-detacher.js';
import { MethodMaker } from './work/method-maker.js';
import { MethodSaver } from './work/method-saver.js';
import { OneCardCustomerService } from './one-card-customer.service.js';
import { PaymentMethodService } from './payment-method.service.js';
import { ProviderCustomers } from './work/provider-customers.js';
import { RequestFingerprints } from './record/request-fingerprints.js';
import { SaveStarter } from './work/save-starter.js';
import { SaveUndoer } from './work/save-undoer.js';
import { TwinFinder } from './work/twin-finder.js';
import { VaultAddressService } from './vault-address.service.js';
import { CreateVaultCustomerService } from './create-vault-customer.service.js';
import { VaultCustomerRepository } from './record/vault-customer.repository.js';
import { DeleteVaultCustomerService } from './delete-vault-customer.service.js';
import { UpdateVaultCustomerService } from './update-vault-customer.service.js';
import { VAULT_CUSTOMER_MODEL, vaultCustomerSchema } from './record/vault-customer.schema.js';
import { VaultCustomerService } from './vault-customer.service.js';
import { VaultCustomerWithMethod } from './vault-customer-with-method.js';
import { VaultRecords } from './record/vault-records.js';
import { VaultRemoval } from './work/vault-removal.js';
import { VaultResolver } from './work/vault-resolver.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: VAULT_CUSTOMER_MODEL, schema: vaultCustomerSchema }]),
    MerchantModule,
    OperationsModule,
    StripeModule,
  ],
  providers: [
    AdoptVaultCustomerService,
    ContactSender,
    CreateVaultCustomerService,
    DeleteVaultCustomerService,
    MethodAmender,
    MethodChanger,
    MethodDetacher,
    MethodMaker,
    MethodSaver,
    OneCardCustomerService,
    PaymentMethodService,
    ProviderCustomers,
    PublicAddress,
    RequestFingerprints,
    SaveStarter,
    SaveUndoer,
    TwinFinder,
    UpdateVaultCustomerService,
    VaultAddressService,
    VaultCustomerRepository,
    VaultCustomerService,
    VaultCustomerWithMethod,
    VaultRecords,
    VaultRemoval,
    VaultResolver,
  ],
  exports: [
    AdoptVaultCustomerService,
    CreateVaultCustomerService,
    DeleteVaultCustomerService,
    OneCardCustomerService,
    PaymentMethodService,
    RequestFingerprints,
    UpdateVaultCustomerService,
    VaultAddressService,
    VaultCustomerService,
  ],
})
export class VaultModule {}

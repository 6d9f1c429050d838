// Error codes of Organizations. Source: the errors of each operation in the Organizations API reference; texts as it answers.
// Everything is 400, as in all services of the JSON 1.1 protocol.
#pragma once

#include "base/result.h"

namespace sekisho::error::organizations {

inline constexpr ErrorCode AccessDeniedException{"AccessDeniedException", 400,
                                                 "You don't have permissions to access this resource."};
inline constexpr ErrorCode AWSOrganizationsNotInUseException{"AWSOrganizationsNotInUseException", 400,
                                                             "Your account is not a member of an organization."};
inline constexpr ErrorCode AlreadyInOrganizationException{"AlreadyInOrganizationException", 400,
                                                          "The provided account is already a member of an organization."};
inline constexpr ErrorCode OrganizationNotEmptyException{
    "OrganizationNotEmptyException", 400,
    "To delete an organization you must first remove all member accounts (except the management account)."};
inline constexpr ErrorCode AccountNotFoundException{"AccountNotFoundException", 400,
                                                    "You specified an account that doesn't exist."};
inline constexpr ErrorCode AccountAlreadyClosedException{"AccountAlreadyClosedException", 400,
                                                         "You specified an account that is already closed."};
inline constexpr ErrorCode CreateAccountStatusNotFoundException{
    "CreateAccountStatusNotFoundException", 400, "You specified a create account request ID that doesn't exist."};
inline constexpr ErrorCode MasterCannotLeaveOrganizationException{
    "MasterCannotLeaveOrganizationException", 400, "You can't remove a management account from an organization."};
inline constexpr ErrorCode RootNotFoundException{"RootNotFoundException", 400, "You specified a root that doesn't exist."};
inline constexpr ErrorCode OrganizationalUnitNotFoundException{"OrganizationalUnitNotFoundException", 400,
                                                               "You specified an organizational unit that doesn't exist."};
inline constexpr ErrorCode DuplicateOrganizationalUnitException{"DuplicateOrganizationalUnitException", 400,
                                                                "An OU with the same name already exists."};
inline constexpr ErrorCode OrganizationalUnitNotEmptyException{
    "OrganizationalUnitNotEmptyException", 400,
    "You must first move all accounts and delete all child OUs before you can delete this OU."};
inline constexpr ErrorCode ParentNotFoundException{"ParentNotFoundException", 400, "You specified parent that doesn't exist."};
inline constexpr ErrorCode ChildNotFoundException{"ChildNotFoundException", 400, "You specified a child that doesn't exist."};
inline constexpr ErrorCode SourceParentNotFoundException{"SourceParentNotFoundException", 400,
                                                         "You specified a source parent that doesn't exist."};
inline constexpr ErrorCode DestinationParentNotFoundException{"DestinationParentNotFoundException", 400,
                                                              "You specified a destination parent that doesn't exist."};
inline constexpr ErrorCode DuplicateAccountException{"DuplicateAccountException", 400,
                                                     "That account is already present in the specified destination."};
inline constexpr ErrorCode PolicyNotFoundException{"PolicyNotFoundException", 400,
                                                   "You specified a policy that doesn't exist."};
inline constexpr ErrorCode DuplicatePolicyException{"DuplicatePolicyException", 400,
                                                    "A policy with the same name and type already exists."};
inline constexpr ErrorCode PolicyInUseException{
    "PolicyInUseException", 400,
    "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing "
    "this operation."};
inline constexpr ErrorCode PolicyTypeNotEnabledException{"PolicyTypeNotEnabledException", 400,
                                                         "This operation can be performed only for enabled policy types."};
inline constexpr ErrorCode PolicyTypeAlreadyEnabledException{"PolicyTypeAlreadyEnabledException", 400,
                                                             "The specified policy type is already enabled."};
inline constexpr ErrorCode PolicyTypeNotAvailableForOrganizationException{
    "PolicyTypeNotAvailableForOrganizationException", 400,
    "This policy type is not available for an organization that has not enabled all features."};
inline constexpr ErrorCode TargetNotFoundException{"TargetNotFoundException", 400,
                                                   "You specified a target that doesn't exist."};
inline constexpr ErrorCode DuplicatePolicyAttachmentException{
    "DuplicatePolicyAttachmentException", 400, "The selected policy is already attached to the specified target."};
inline constexpr ErrorCode PolicyNotAttachedException{
    "PolicyNotAttachedException", 400, "The policy isn't attached to the specified target in the specified root."};
inline constexpr ErrorCode SerializationException{"SerializationException", 400, "The request body is not a JSON object."};
inline constexpr ErrorCode UnknownOperationException{"UnknownOperationException", 501, "This operation is not implemented."};

}  // namespace sekisho::error::organizations

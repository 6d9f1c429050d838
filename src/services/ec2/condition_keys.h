// What the condition keys of EC2's resources are, from their rows: the Service Authorization Reference says which kind of
// resource has which (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html). A key that a
// kind of resource does not have there is absent here too: negated conditions tell the two apart.
#pragma once

#include "policy/context.h"
#include "services/ec2/images.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// Of a resource that is there; nothing where it is not. Key pairs: by name.
void add_resource_keys(policy::Context& keys, const View& view, const Kind& kind, std::string_view id);

// Of rows that are about to be made: what is not known yet (ids) is left out.
void add_keys(policy::Context& keys, const View& view, const Instance& row);
void add_keys(policy::Context& keys, const View& view, const NetworkInterface& row);
void add_keys(policy::Context& keys, const View& view, const Volume& row);

}  // namespace sekisho::ec2

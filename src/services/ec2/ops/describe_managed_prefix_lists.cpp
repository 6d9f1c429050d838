#include "services/ec2/ops/op.h"
#include "services/ec2/prefix_lists.h"

namespace sekisho::ec2 {

struct DescribeManagedPrefixLists {
    static constexpr std::string_view name = "DescribeManagedPrefixLists";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::prefix_list, "PrefixListId", 1, 100});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            static constexpr FilterColumn<PrefixList> columns[] = {
                {"prefix-list-id", [](const PrefixList& p, const View&) { return one(p.id); }},
                {"prefix-list-name", [](const PrefixList& p, const View&) { return one(p.name); }},
                {"owner-id", [](const PrefixList&, const View&) { return one("AWS"); }},
            };
            constexpr auto write = [](XmlWriter& out, const View& v, const PrefixList& list) {
                out.text("prefixListId", list.id).text("addressFamily", "IPv4").text("state", "create-complete");
                out.text("prefixListArn",
                         fmt::format("arn:{}:ec2:{}:aws:prefix-list/{}", arn_partition, v.place.region.value, list.id));
                out.text("prefixListName", list.name).empty("tagSet").text("ownerId", "AWS");
            };
            return describe<PrefixList>(xml, view, in, kind::prefix_list, prefix_lists(view.place), columns, "prefixListSet",
                                        write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_managed_prefix_lists(Ec2& ec2) { return make<DescribeManagedPrefixLists>(ec2); }

}  // namespace sekisho::ec2

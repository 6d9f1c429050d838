#include "services/ec2/ops/op.h"
#include "services/ec2/prefix_lists.h"

namespace sekisho::ec2 {

struct DescribePrefixLists {
    static constexpr std::string_view name = "DescribePrefixLists";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::prefix_list, "PrefixListId", 1});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            static constexpr FilterColumn<PrefixList> columns[] = {
                {"prefix-list-id", [](const PrefixList& p, const View&) { return one(p.id); }},
                {"prefix-list-name", [](const PrefixList& p, const View&) { return one(p.name); }},
            };
            constexpr auto write = [](XmlWriter& out, const View&, const PrefixList& list) {
                out.text("prefixListId", list.id).text("prefixListName", list.name).open("cidrSet");
                for (const std::string& cidr : list.cidrs) out.text("item", cidr);
                out.close();
            };
            return describe<PrefixList>(xml, view, in, kind::prefix_list, prefix_lists(view.place), columns, "prefixListSet",
                                        write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_prefix_lists(Ec2& ec2) { return make<DescribePrefixLists>(ec2); }

}  // namespace sekisho::ec2

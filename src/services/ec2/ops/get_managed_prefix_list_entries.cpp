#include "services/ec2/ops/op.h"
#include "services/ec2/prefix_lists.h"

namespace sekisho::ec2 {

struct GetManagedPrefixListEntries {
    static constexpr std::string_view name = "GetManagedPrefixListEntries";
    struct Input : DescribeInput {
        std::string list;
    };
    static Result<Input> parse(const Call& call) {
        auto list = required_id(call.params, "PrefixListId", kind::prefix_list);
        if (!list) return error_of(list);
        auto in = describe_input(call.params, {nullptr, {}, 1, 100});
        if (!in) return error_of(in);
        return Input{std::move(*in), std::move(*list)};
    }
    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::prefix_list, in.list);
            return {};
        });
    }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            auto lists = prefix_lists(view.place);
            auto list = lists.find(in.list);
            if (list == lists.end()) return not_found(kind::prefix_list, in.list);
            std::vector<std::string_view> keys(list->second->cidrs.begin(), list->second->cidrs.end());
            auto shown = page(in, keys);
            if (!shown) return error_of(shown);
            xml.open("entrySet");
            for (std::size_t i = shown->begin; i < shown->end; ++i) xml.open("item").text("cidr", keys[i]).close();
            xml.close();
            write_next_token(xml, *shown);
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::get_managed_prefix_list_entries(Ec2& ec2) { return make<GetManagedPrefixListEntries>(ec2); }

}  // namespace sekisho::ec2

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstring>

#include "base/result.h"
#include "store/children.h"

namespace sekisho::store {

Child start_child(const std::string& name, const std::string& folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe2");
    Fd read(ends[0]), write(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, write.get(), 1);
    std::string program = "/proc/self/exe", option = "--child", name_copy = name, folder_copy = folder;
    char* arguments[] = {program.data(), option.data(), name_copy.data(), folder_copy.data(), nullptr};
    pid_t pid;
    int error = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw_errno("posix_spawn", error);
    return {pid, std::move(read)};
}

int wait_child(pid_t pid) {
    int status;
    if (::waitpid(pid, &status, 0) != pid) throw_errno("waitpid");
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace sekisho::store

int main(int argc, char** argv) {
    if (argc == 4 && std::strcmp(argv[1], "--child") == 0) {
        if (std::strcmp(argv[2], "crash_writer") == 0) return sekisho::store::crash_writer(argv[3]);
        if (std::strcmp(argv[2], "full_disk") == 0) return sekisho::store::full_disk(argv[3]);
        return 2;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

#include <gtest/gtest.h>

#include "test_server.h"

int main(int argc, char** argv) {
    if (auto status = sekisho::process::test::run_as_process(argc, argv)) return *status;
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

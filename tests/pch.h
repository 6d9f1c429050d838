// What most tests include.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/loop.h"
#include "base/pch.h"
#include "base/result.h"

#include "common/pre.h"

#include "common/replica.h"

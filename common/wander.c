#include "common/wander.h"

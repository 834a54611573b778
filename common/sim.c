#include "common/sim.h"

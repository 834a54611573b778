#include "server/host.h"

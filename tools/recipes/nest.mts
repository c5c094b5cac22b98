import {
  type ArgumentsHost,
  Catch,
  type CallHandler,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  type NestInterceptor,
  UseInterceptors
} from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { CircuitOpenError, classifier, Registry } from 'breaker-ts'
import { health } from 'breaker-ts/Health'
import type { Response } from 'express'
import { function as F } from 'fp-ts'
import { from, lastValueFrom } from 'rxjs'

import { breakers, pay } from './payments.mjs'

// A breaker for each route that is marked with it. What the caller did wrong is no failure of the route.
@Injectable()
export class Guarded implements NestInterceptor {
  constructor(@Inject(Registry) private readonly routes: Registry) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    const route = `${context.getClass().name}.${context.getHandler().name}`
    return from(this.routes.for(route).run(() => lastValueFrom(next.handle(), { defaultValue: undefined })))
  }
}

const routes = new Registry({
  name: 'routes',
  failureThreshold: 3,
  classify: F.pipe(
    classifier.standard,
    classifier.succeedWhen((error) => error instanceof HttpException && error.getStatus() < 500)
  )
})

@Catch(CircuitOpenError)
export class WhenOpen implements ExceptionFilter<CircuitOpenError> {
  catch(error: CircuitOpenError, host: ArgumentsHost) {
    const response = host.switchToHttp().getResponse<Response>()
    response.set('Retry-After', String(Math.ceil(error.retryAfterSeconds ?? 1)))
    response.status(503).json({ error: 'Try again later' })
  }
}

@Controller()
export class PaymentsController {
  @Get('pay')
  pay() {
    return pay()
  }

  @Get('orders/:id')
  @UseInterceptors(Guarded)
  order(@Param('id') id: string) {
    if (id === '404') throw new NotFoundException()
    throw new Error('the database is down')
  }
}

@Controller()
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService
  ) {}

  @Get('health')
  health() {
    return health([...breakers, routes]) // always 200
  }

  @Get('ready') // 503 where the indicator is down
  ready() {
    const { ready, breakers: circuits } = health(breakers, { critical: ['payments'] })
    const indicator = this.indicators.check('breakers')
    return this.checks.check([() => (ready ? indicator.up({ circuits }) : indicator.down({ circuits }))])
  }
}

@Module({
  imports: [TerminusModule],
  controllers: [PaymentsController, HealthController],
  providers: [
    { provide: Registry, useValue: routes },
    { provide: APP_FILTER, useClass: WhenOpen }
  ]
})
export class AppModule {}
